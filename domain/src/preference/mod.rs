//! What a person prefers: small typed settings of the user interface, one stream a person.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::aggregate::Aggregate;
use crate::event::EventFacts;
use crate::id::UserId;
use crate::validate::InvalidField;

/// A setting of the user interface.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PreferenceKey {
    /// `system`, `dark` or `light`.
    #[n(0)]
    ColorScheme,
    /// `comfortable` or `compact`.
    #[n(1)]
    Density,
    /// `utc` or `local`.
    #[n(2)]
    TimeZone,
    /// `system` or `reduced`.
    #[n(3)]
    Motion,
}

impl PreferenceKey {
    /// Every key.
    pub const ALL: [Self; 4] = [
        Self::ColorScheme,
        Self::Density,
        Self::TimeZone,
        Self::Motion,
    ];

    /// The values that the key may have; the first is the default.
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::ColorScheme => &["system", "dark", "light"],
            Self::Density => &["comfortable", "compact"],
            Self::TimeZone => &["utc", "local"],
            Self::Motion => &["system", "reduced"],
        }
    }

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ColorScheme => "color_scheme",
            Self::Density => "density",
            Self::TimeZone => "time_zone",
            Self::Motion => "motion",
        }
    }
}

/// Set one preference of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePreference {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub key: PreferenceKey,
    /// The new value.
    pub value: String,
}

/// A preference changed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct PreferenceChanged {
    /// Whose.
    #[n(0)]
    pub user: UserId,
    /// Which.
    #[n(1)]
    pub key: PreferenceKey,
    /// As it was; nothing while it was the default.
    #[n(2)]
    pub before: Option<String>,
    /// As it is now.
    #[n(3)]
    pub after: String,
}

impl EventFacts for PreferenceChanged {}

crate::events! {
    /// Everything that can happen to the preferences of a person.
    pub enum PreferenceEvent {
        Changed(PreferenceChanged) = "preference.changed" v 1;
    }
}

/// The aggregate of the preferences of one person.
#[derive(Debug)]
pub struct Preference;

/// Why a preference is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PreferenceError {
    /// The value is not one of the key's values.
    #[error("the value does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for Preference {
    const KIND: &'static str = "preference";
    type State = BTreeMap<PreferenceKey, String>;
    type Event = PreferenceEvent;
    type Command = ChangePreference;
    type Error = PreferenceError;

    fn decide(
        state: &Self::State,
        command: ChangePreference,
    ) -> Result<Vec<PreferenceEvent>, PreferenceError> {
        let ChangePreference { user, key, value } = command;
        if !key.values().contains(&value.as_str()) {
            let reason = format!("must be one of {}", key.values().join(", "));
            return Err(InvalidField::new("value", reason).into());
        }
        let before = state.get(&key).cloned();
        if before.as_deref() == Some(value.as_str()) {
            return Ok(Vec::new());
        }
        Ok(vec![
            PreferenceChanged {
                user,
                key,
                before,
                after: value,
            }
            .into(),
        ])
    }

    fn evolve(mut state: Self::State, event: &PreferenceEvent) -> Self::State {
        let PreferenceEvent::Changed(changed) = event;
        state.insert(changed.key, changed.after.clone());
        state
    }
}
