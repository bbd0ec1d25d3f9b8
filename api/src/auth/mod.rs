//! Who calls: sessions of browsers, bearer tokens of programs, passwords.

pub(crate) mod caller;
pub(crate) mod cookie;
pub(crate) mod password;
pub(crate) mod secret;
pub(crate) mod throttle;
