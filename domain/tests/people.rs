//! Users, sessions, tokens and preferences, seen from outside the crate.

use std::collections::BTreeMap;

use domain::aggregate::Aggregate;
use domain::id::{SessionId, TokenId, TypedId, UserId};
use domain::permission::Role;
use domain::preference::{ChangePreference, Preference, PreferenceKey};
use domain::session::{LogInRefusal, Session, SessionCommand, SessionState};
use domain::time::Timestamp;
use domain::token::{Token, TokenCommand, TokenError, TokenState};
use domain::user::{CreateUser, User, UserCommand, UserError, UserState};

fn user() -> UserId {
    UserId::from_uuid(uuid::Uuid::from_u128(1))
}

fn create(username: &str, role: Role, first_administrator: bool) -> UserCommand {
    let username = username.to_owned();
    UserCommand::Create(CreateUser {
        user: user(),
        username,
        role,
        first_administrator,
    })
}

#[test]
fn the_first_administrator_is_an_administrator_and_claims_to_be_the_only_one() {
    let refused = User::decide(&UserState::default(), create("ada", Role::Viewer, true));
    assert_eq!(refused, Err(UserError::FirstAdministratorRole));
    let events = User::decide(&UserState::default(), create("Ada", Role::Admin, true)).unwrap();
    let scopes: Vec<String> = events
        .iter()
        .flat_map(domain::event::EventBody::claims)
        .map(|claim| match claim {
            domain::aggregate::Claim::Take { scope, value } => format!("{scope}={value}"),
            domain::aggregate::Claim::Release { .. } => String::new(),
        })
        .collect();
    assert_eq!(scopes, ["username=ada", "first_administrator=organisation"]);
}

#[test]
fn a_user_name_cannot_hide_markup_or_control_characters() {
    for bad in ["", "a b", "<script>", "ada\n", "../etc"] {
        let decided = User::decide(&UserState::default(), create(bad, Role::Viewer, false));
        assert!(matches!(decided, Err(UserError::Invalid(_))), "{bad:?}");
    }
}

#[test]
fn a_disabled_user_can_be_enabled_and_twice_is_once() {
    let mut events =
        User::decide(&UserState::default(), create("ada", Role::Viewer, false)).unwrap();
    events.extend(User::decide(&User::fold(&events), UserCommand::Disable).unwrap());
    let state = User::fold(&events);
    assert!(state.disabled);
    assert_eq!(User::decide(&state, UserCommand::Disable), Ok(Vec::new()));
    assert_eq!(User::decide(&state, UserCommand::Enable).unwrap().len(), 1);
}

#[test]
fn a_session_opens_once_and_ends_once() {
    let session = SessionId::from_uuid(uuid::Uuid::from_u128(2));
    let expires_at = Timestamp::from_micros(10);
    let log_in = SessionCommand::LogIn {
        session,
        user: user(),
        expires_at,
    };
    let mut events = Session::decide(&SessionState::Unknown, log_in.clone()).unwrap();
    assert!(Session::decide(&Session::fold(&events), log_in).is_err());
    events.extend(Session::decide(&Session::fold(&events), SessionCommand::LogOut).unwrap());
    let ended = Session::fold(&events);
    assert_eq!(ended, SessionState::Ended);
    assert_eq!(
        Session::decide(&ended, SessionCommand::LogOut),
        Ok(Vec::new())
    );
}

#[test]
fn a_refused_log_in_is_over_at_once() {
    let refuse = SessionCommand::RefuseLogIn {
        user: None,
        reason: LogInRefusal::UnknownUser,
    };
    let events = Session::decide(&SessionState::Unknown, refuse).unwrap();
    assert_eq!(Session::fold(&events), SessionState::Ended);
}

#[test]
fn a_token_never_exceeds_its_owner() {
    let create = |user_role, role| TokenCommand::Create {
        token: TokenId::from_uuid(uuid::Uuid::from_u128(3)),
        user: user(),
        user_role,
        name: "ci".to_owned(),
        role,
        expires_at: None,
    };
    let decide = |command| Token::decide(&TokenState::default(), command);
    assert_eq!(
        decide(create(Role::OpsLead, Role::Admin)),
        Err(TokenError::RoleExceedsOwner)
    );
    assert_eq!(
        decide(create(Role::OpsLead, Role::Auditor)),
        Err(TokenError::RoleExceedsOwner)
    );
    assert_eq!(
        decide(create(Role::OpsLead, Role::Viewer)).unwrap().len(),
        1
    );
}

#[test]
fn a_preference_has_one_of_its_values_and_remembers_the_old_one() {
    let change = |value: &str| ChangePreference {
        user: user(),
        key: PreferenceKey::ColorScheme,
        value: value.to_owned(),
    };
    assert!(Preference::decide(&BTreeMap::default(), change("pink")).is_err());
    let dark = Preference::decide(&BTreeMap::default(), change("dark")).unwrap();
    let state = Preference::fold(&dark);
    assert_eq!(Preference::decide(&state, change("dark")), Ok(Vec::new()));
    let light = Preference::decide(&state, change("light")).unwrap();
    assert_eq!(
        domain::event::EventBody::to_json(&light[0])["before"],
        "dark"
    );
}
