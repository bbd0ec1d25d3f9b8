//! Scenarios of a credential.

use super::*;
use crate::id::CredentialId;
use crate::spec::{given, id};
use crate::validate::InvalidField;

fn credential() -> CredentialId {
    id(7)
}

fn details(method: AuthMethod, key: Option<SshKeyFacts>) -> CredentialDetails {
    CredentialDetails {
        name: "fleet".to_owned(),
        description: String::new(),
        username: "scan".to_owned(),
        method,
        key,
    }
}

fn key(algorithm: &str, bits: u32) -> SshKeyFacts {
    let (algorithm, fingerprint) = (algorithm.to_owned(), "SHA256:x".to_owned());
    SshKeyFacts {
        algorithm,
        bits,
        fingerprint,
    }
}

fn password() -> CredentialDetails {
    details(AuthMethod::Password, None)
}

fn create(details: CredentialDetails, default: bool) -> CredentialCommand {
    CredentialCommand::Create(CreateCredential {
        credential: credential(),
        details,
        default,
    })
}

fn created() -> CredentialEvent {
    CredentialCreated {
        credential: credential(),
        details: password(),
    }
    .into()
}

fn made_default() -> CredentialEvent {
    DefaultCredentialMade {
        credential: credential(),
    }
    .into()
}

fn cleared() -> CredentialEvent {
    DefaultCredentialCleared {
        credential: credential(),
    }
    .into()
}

#[test]
fn a_credential_is_created_and_may_become_the_default_at_once() {
    given::<Credential>([])
        .when(create(password(), false))
        .then([created()]);
    given::<Credential>([])
        .when(create(password(), true))
        .then([created(), made_default()]);
    given::<Credential>([created()])
        .when(create(password(), false))
        .refused(CredentialError::AlreadyExists);
}

#[test]
fn a_weak_or_unknown_key_is_refused() {
    for (algorithm, bits) in [
        ("ssh-rsa", 1024),
        ("ssh-dss", 1024),
        ("sk-ssh-whatever", 256),
    ] {
        let weak = CredentialError::WeakKey {
            algorithm: algorithm.to_owned(),
            bits,
        };
        given::<Credential>([])
            .when(create(
                details(AuthMethod::Key, Some(key(algorithm, bits))),
                false,
            ))
            .refused(weak);
    }
    for (algorithm, bits) in [
        ("ssh-rsa", 2048),
        ("ssh-ed25519", 256),
        ("ecdsa-sha2-nistp256", 256),
    ] {
        let good = details(AuthMethod::Key, Some(key(algorithm, bits)));
        given::<Credential>([])
            .when(create(good.clone(), false))
            .then([CredentialCreated {
                credential: credential(),
                details: good,
            }
            .into()]);
    }
}

#[test]
fn the_method_and_the_key_go_together() {
    given::<Credential>([])
        .when(create(details(AuthMethod::Key, None), false))
        .refused(InvalidField::new(
            "privateKey",
            "must be given for this method",
        ));
    given::<Credential>([])
        .when(create(
            details(AuthMethod::Agent, Some(key("ssh-ed25519", 256))),
            false,
        ))
        .refused(InvalidField::new(
            "privateKey",
            "must not be given for this method",
        ));
}

#[test]
fn a_rotated_secret_is_an_event_although_nothing_else_changed() {
    let edit = |secret_rotated| {
        CredentialCommand::Edit(EditCredential {
            details: password(),
            secret_rotated,
        })
    };
    given::<Credential>([created()]).when(edit(false)).then([]);
    given::<Credential>([created()])
        .when(edit(true))
        .then([CredentialEdited {
            credential: credential(),
            before: password(),
            after: password(),
            secret_rotated: true,
        }
        .into()]);
}

#[test]
fn a_removed_default_gives_its_place_back_and_its_id_is_never_used_again() {
    let removed: CredentialEvent = CredentialRemoved {
        credential: credential(),
        details: password(),
    }
    .into();
    given::<Credential>([created(), made_default()])
        .when(CredentialCommand::Remove(RemoveCredential))
        .then([cleared(), removed.clone()]);
    given::<Credential>([created(), removed])
        .when(create(password(), false))
        .refused(CredentialError::AlreadyExists);
}

#[test]
fn being_the_default_is_switched_on_and_off() {
    let make = |default| CredentialCommand::MakeDefault(MakeDefaultCredential { default });
    given::<Credential>([created()])
        .when(make(true))
        .then([made_default()]);
    given::<Credential>([created(), made_default()])
        .when(make(true))
        .then([]);
    given::<Credential>([created(), made_default()])
        .when(make(false))
        .then([cleared()]);
}
