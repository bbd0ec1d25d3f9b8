//! What aggregates say when they refuse, as data for people.

use domain::catalogue::CatalogueError;
use domain::credential::CredentialError;
use domain::fleet_scan::FleetScanError;
use domain::group::GroupError;
use domain::host::HostError;
use domain::preference::PreferenceError;
use domain::rule_pack::RulePackError;
use domain::scan::ScanError;
use domain::session::SessionError;
use domain::settings::SettingsError;
use domain::token::TokenError;
use domain::user::UserError as DomainUserError;
use domain::validate::InvalidField;

use crate::schema::error::{Explain, UserError, UserErrorCode};

/// The input field of a field of the domain, where they lie deeper in the input.
fn invalid(error: &InvalidField) -> UserError {
    match error.field {
        "address" | "port" | "sudo" | "credential" | "hostKeyPolicy" => {
            UserError::invalid(&["connection", "ssh", error.field], error)
        }
        field => UserError::invalid(&[field], error),
    }
}

impl Explain for HostError {
    fn explain(&self) -> UserError {
        match self {
            Self::Invalid(error) => invalid(error),
            Self::NotFound | Self::KeyNotTrusted { .. } => {
                UserError::conflict(UserErrorCode::NotFound, self)
            }
            Self::AlreadyRegistered
            | Self::Removed
            | Self::NotRemoved
            | Self::KeyChanged { .. } => UserError::conflict(UserErrorCode::Conflict, self),
        }
    }
}

impl Explain for GroupError {
    fn explain(&self) -> UserError {
        match self {
            Self::Invalid(error) => invalid(error),
            Self::NotFound => UserError::conflict(UserErrorCode::NotFound, self),
            Self::AlreadyExists | Self::Removed | Self::NotRemoved | Self::HasRule => {
                UserError::conflict(UserErrorCode::Conflict, self)
            }
        }
    }
}

impl Explain for RulePackError {
    fn explain(&self) -> UserError {
        match self {
            Self::Invalid(error) => invalid(error),
            Self::NotFound | Self::NoVersion { .. } => {
                UserError::conflict(UserErrorCode::NotFound, self)
            }
            _ => UserError::conflict(UserErrorCode::Conflict, self),
        }
    }
}

impl Explain for SettingsError {
    fn explain(&self) -> UserError {
        let Self::Invalid(error) = self;
        invalid(error)
    }
}

impl Explain for ScanError {
    fn explain(&self) -> UserError {
        match self {
            Self::NotFound => UserError::conflict(UserErrorCode::NotFound, self),
            _ => UserError::conflict(UserErrorCode::Conflict, self),
        }
    }
}

impl Explain for FleetScanError {
    fn explain(&self) -> UserError {
        match self {
            Self::Invalid(error) => UserError::invalid(&["limits", error.field], error),
            Self::NoHosts | Self::TooManyHosts { .. } => {
                UserError::field(&["hosts"], UserErrorCode::Invalid, self.to_string())
            }
            Self::NotFound => UserError::conflict(UserErrorCode::NotFound, self),
            _ => UserError::conflict(UserErrorCode::Conflict, self),
        }
    }
}

impl Explain for CredentialError {
    fn explain(&self) -> UserError {
        match self {
            Self::Invalid(error) => invalid(error),
            Self::WeakKey { .. } => {
                UserError::field(&["privateKey"], UserErrorCode::Invalid, self.to_string())
            }
            Self::NotFound => UserError::conflict(UserErrorCode::NotFound, self),
            Self::AlreadyExists => UserError::conflict(UserErrorCode::Conflict, self),
        }
    }
}

impl Explain for DomainUserError {
    fn explain(&self) -> UserError {
        match self {
            Self::Invalid(error) => invalid(error),
            Self::NotFound => UserError::conflict(UserErrorCode::NotFound, self),
            Self::AlreadyExists | Self::FirstAdministratorRole => {
                UserError::conflict(UserErrorCode::Conflict, self)
            }
        }
    }
}

impl Explain for SessionError {
    fn explain(&self) -> UserError {
        UserError::conflict(UserErrorCode::Conflict, self)
    }
}

impl Explain for TokenError {
    fn explain(&self) -> UserError {
        match self {
            Self::Invalid(error) => invalid(error),
            Self::RoleExceedsOwner => {
                UserError::field(&["role"], UserErrorCode::NotAllowed, self.to_string())
            }
            Self::NotFound => UserError::conflict(UserErrorCode::NotFound, self),
            Self::AlreadyExists => UserError::conflict(UserErrorCode::Conflict, self),
        }
    }
}

impl Explain for PreferenceError {
    fn explain(&self) -> UserError {
        let Self::Invalid(error) = self;
        invalid(error)
    }
}

impl Explain for CatalogueError {
    fn explain(&self) -> UserError {
        UserError::conflict(UserErrorCode::Conflict, self)
    }
}
