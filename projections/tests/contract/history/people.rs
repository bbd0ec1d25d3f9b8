//! Credentials and people.

use domain::credential::{
    AuthMethod, CreateCredential, Credential, CredentialCommand, CredentialDetails, EditCredential,
    MakeDefaultCredential, RemoveCredential,
};
use domain::id::{CredentialId, SessionId, TokenId, TypedId as _, UserId};
use domain::permission::Role;
use domain::preference::{ChangePreference, Preference, PreferenceKey};
use domain::session::{LogInRefusal, Session, SessionCommand};
use domain::token::{Token, TokenCommand};
use domain::user::{CreateUser, User, UserCommand};

use super::World;

impl World {
    pub(super) async fn credentials(&self) {
        let credential = CredentialId::draw(self.store.ids().as_ref());
        let details = CredentialDetails {
            name: "ops".to_owned(),
            description: String::new(),
            username: "ops".to_owned(),
            method: AuthMethod::Password,
            key: None,
        };
        let create = CreateCredential {
            credential,
            details: details.clone(),
            default: true,
        };
        self.execute::<Credential>(credential, CredentialCommand::Create(create))
            .await;
        let details = CredentialDetails {
            description: "new".to_owned(),
            ..details
        };
        let edit = EditCredential {
            details,
            secret_rotated: true,
        };
        self.execute::<Credential>(credential, CredentialCommand::Edit(edit))
            .await;
        let clear = MakeDefaultCredential { default: false };
        self.execute::<Credential>(credential, CredentialCommand::MakeDefault(clear))
            .await;
        let remove = CredentialCommand::Remove(RemoveCredential);
        self.execute::<Credential>(credential, remove).await;
    }

    pub(super) async fn people(&self) {
        let ids = self.store.ids().as_ref();
        let (user, session, token) = (UserId::draw(ids), SessionId::draw(ids), TokenId::draw(ids));
        let refused = SessionId::draw(ids);
        let expires_at = self.store.clock().now();
        let create = CreateUser {
            user,
            username: "Ada".to_owned(),
            role: Role::Admin,
            first_administrator: true,
        };
        self.execute::<User>(user, UserCommand::Create(create))
            .await;
        self.execute::<User>(user, UserCommand::ChangeRole(Role::Viewer))
            .await;
        self.execute::<User>(user, UserCommand::ChangePassword)
            .await;
        self.execute::<User>(user, UserCommand::Disable).await;
        self.execute::<User>(user, UserCommand::Enable).await;
        let log_in = SessionCommand::LogIn {
            session,
            user,
            expires_at,
        };
        self.execute::<Session>(session, log_in).await;
        self.execute::<Session>(session, SessionCommand::LogOut)
            .await;
        let refuse = SessionCommand::RefuseLogIn {
            user: None,
            reason: LogInRefusal::UnknownUser,
        };
        self.execute::<Session>(refused, refuse).await;
        let create = TokenCommand::Create {
            token,
            user,
            user_role: Role::Viewer,
            name: "ci".to_owned(),
            role: Role::Viewer,
            expires_at: None,
        };
        self.execute::<Token>(token, create).await;
        self.execute::<Token>(token, TokenCommand::Revoke).await;
        let change = ChangePreference {
            user,
            key: PreferenceKey::ColorScheme,
            value: "dark".to_owned(),
        };
        self.execute::<Preference>(user, change).await;
    }
}
