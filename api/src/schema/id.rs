//! Global ids: opaque to clients, with the kind inside, so that `node` finds anything.

use async_graphql::ID;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::TypedId;

use super::error::{UserError, UserErrorCode};

/// The version of the form, so that it may change.
const VERSION: &str = "1";

/// The global id of a thing.
pub(crate) fn global<T: TypedId>(id: T) -> ID {
    global_text(T::KIND, &id.to_string())
}

/// The global id of a thing whose key is no UUID.
pub(crate) fn global_text(kind: &str, key: &str) -> ID {
    ID(URL_SAFE_NO_PAD.encode(format!("{VERSION}:{kind}:{key}")))
}

/// The kind and the key of a global id; nothing when it is none.
pub fn parts(id: &str) -> Option<(String, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
    let mut parts = text.splitn(3, ':');
    (parts.next() == Some(VERSION)).then_some(())?;
    Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
}

/// The typed id inside; nothing when it is of another kind.
pub(crate) fn typed<T: TypedId>(id: &ID) -> Option<T> {
    let (kind, key) = parts(id)?;
    (kind == T::KIND).then(|| key.parse().ok()).flatten()
}

/// The typed id of an input field, or what is wrong with it.
pub(crate) fn of_input<T: TypedId>(id: &ID, field: &str) -> Result<T, UserError> {
    typed(id).ok_or_else(|| {
        let message = format!("this is not the id of a {}", T::KIND);
        UserError::field(&[field], UserErrorCode::NotFound, message)
    })
}
