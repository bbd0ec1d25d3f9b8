//! Appending: versions, claims, guards, repeats, attachments, caps.

use domain::digest::Digest;
use domain::port::SealedSecret;
use event_store::testing::TestDatabase;
use event_store::{
    AppendError, Attachment, Engine, ExecuteError, Expected, PageLimit, Position, StoreError,
};

use crate::note::{Note, NoteCommand, assert_sound, context, line, stream};

super::on_both_engines!(
    a_command_becomes_events_in_order,
    a_wrong_version_is_a_conflict_and_takes_no_position,
    a_value_is_held_by_one_stream_until_it_is_given_back,
    a_guard_fails_when_its_stream_has_moved,
    a_repeated_command_gets_the_first_answer,
    repeats_in_one_batch_become_events_once,
    attachments_are_written_with_the_events_only,
    an_event_beyond_the_cap_is_refused,
    only_the_first_vault_key_is_taken,
    refused_commands_do_not_disturb_their_neighbours,
    a_lost_race_is_run_again,
);

async fn a_command_becomes_events_in_order(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let titled = store
        .execute::<Note>("a", NoteCommand::Title("First".to_owned()), context(1))
        .await
        .unwrap();
    assert_eq!((titled.position, titled.repeated), (Position(1), false));
    let added = store
        .execute::<Note>(
            "a",
            NoteCommand::AddLine("one".to_owned()),
            context(2).caused_by(Position(1)),
        )
        .await
        .unwrap();
    assert_eq!(added.state.lines, ["one"]);
    assert_eq!(*store.head().borrow(), Position(2));

    let events = store
        .read_after(Position(0), PageLimit::default())
        .await
        .unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[1].type_name(), "note.line_added.v1");
    assert_eq!(events[1].stream, stream("a"));
    assert_eq!(events[1].stream_version, 2);
    assert_eq!(events[1].metadata.causation, Some(1));
    assert_eq!(events[1].recorded_at, store.clock().now());
    assert_eq!(
        store.read_one(Position(2)).await.unwrap().as_ref(),
        Some(&events[1])
    );
    assert_eq!(store.read_one(Position(3)).await.unwrap(), None);
    let tail = store
        .read_stream(&stream("a"), 1, PageLimit::default())
        .await
        .unwrap();
    assert_eq!(tail, events[1..]);
    assert_eq!(assert_sound(&store).await, 2);
    store.close().await;
}

async fn a_wrong_version_is_a_conflict_and_takes_no_position(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    store.append(line("a", "one", 1)).await.unwrap();
    let mut late = line("a", "two", 2);
    late.expected = Expected::Version(0);
    let refused = store.append(late).await.unwrap_err();
    assert!(
        matches!(
            refused,
            AppendError::Conflict {
                expected: 0,
                actual: 1,
                ..
            }
        ),
        "{refused:?}"
    );
    let next = store.append(line("b", "one", 3)).await.unwrap();
    assert_eq!(next.first, Position(2));
    assert_eq!(assert_sound(&store).await, 2);
}

async fn a_value_is_held_by_one_stream_until_it_is_given_back(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let title = |text: &str| NoteCommand::Title(text.to_owned());
    store
        .execute::<Note>("a", title("Plan"), context(1))
        .await
        .unwrap();
    let refused = store
        .execute::<Note>("b", title("Plan"), context(2))
        .await
        .unwrap_err();
    let ExecuteError::ClaimTaken {
        scope,
        value,
        holder,
    } = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (scope.as_str(), value.as_str(), holder),
        ("note_title", "Plan", stream("a"))
    );
    store
        .execute::<Note>("a", title("Draft"), context(3))
        .await
        .unwrap();
    store
        .execute::<Note>("b", title("Plan"), context(4))
        .await
        .unwrap();
    store
        .execute::<Note>("b", NoteCommand::TearUp, context(5))
        .await
        .unwrap();
    store
        .execute::<Note>("a", title("Plan"), context(6))
        .await
        .unwrap();
    assert_eq!(assert_sound(&store).await, 5);
}

async fn a_guard_fails_when_its_stream_has_moved(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    store.append(line("seen", "one", 1)).await.unwrap();
    let add = || NoteCommand::AddLine("x".to_owned());
    let held = context(2)
        .guard(stream("seen"), 1)
        .guard(stream("unborn"), 0);
    store.execute::<Note>("a", add(), held).await.unwrap();
    store.append(line("seen", "two", 3)).await.unwrap();
    let moved = context(4).guard(stream("seen"), 1);
    let refused = store.execute::<Note>("a", add(), moved).await.unwrap_err();
    assert!(
        matches!(&refused, ExecuteError::GuardFailed { stream: moved } if *moved == stream("seen")),
        "{refused:?}"
    );
}

async fn a_repeated_command_gets_the_first_answer(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let title = || NoteCommand::Title("Plan".to_owned());
    let first = store
        .execute::<Note>("a", title(), context(1))
        .await
        .unwrap();
    store.append(line("a", "later", 2)).await.unwrap();
    // The sender does not know the key that was drawn the first time.
    let again = store
        .execute::<Note>("b", title(), context(1))
        .await
        .unwrap();
    assert!(again.repeated);
    assert_eq!(again.stream, stream("a"));
    assert_eq!(again.position, first.position);
    assert_eq!(again.events, first.events);
    assert_eq!(again.state, first.state, "the state of that time");
    // Refused by the aggregate now, but done before.
    store
        .execute::<Note>("a", NoteCommand::TearUp, context(3))
        .await
        .unwrap();
    let torn = store
        .execute::<Note>("a", NoteCommand::TearUp, context(3))
        .await
        .unwrap();
    assert!(torn.repeated);
    // Nothing is repeated where nothing was done.
    let refused = store
        .execute::<Note>("a", NoteCommand::TearUp, context(4))
        .await;
    assert!(matches!(refused, Err(ExecuteError::Refused(_))));
    assert_eq!(assert_sound(&store).await, 3);
}

async fn repeats_in_one_batch_become_events_once(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let repeats =
        futures::future::join_all((0..50).map(|_| store.append(line("a", "once", 1)))).await;
    let answers: Vec<_> = repeats.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| answer.last == Position(1)));
    assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
    assert_eq!(assert_sound(&store).await, 1);
}

async fn attachments_are_written_with_the_events_only(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let bytes = b"evidence ".repeat(200);
    let hash = Digest::of(&bytes);
    let sealed = SealedSecret {
        key: "k1".to_owned(),
        nonce: [7; 12],
        ciphertext: vec![1, 2, 3],
    };
    let attached = |number| {
        let mut append = line("a", "with", number);
        append.expected = Expected::Version(1);
        append.context = append
            .context
            .attach(Attachment::Blob {
                hash,
                bytes: bytes.clone(),
            })
            .attach(Attachment::Secret {
                record: "credential/1".to_owned(),
                sealed: sealed.clone(),
            });
        append
    };
    store.append(attached(1)).await.unwrap_err();
    assert_eq!(store.get_blob(&hash).await.unwrap(), None);
    assert_eq!(store.get_secret("credential/1").await.unwrap(), None);
    store.append(line("a", "first", 2)).await.unwrap();
    store.append(attached(3)).await.unwrap();
    assert_eq!(store.get_blob(&hash).await.unwrap(), Some(bytes.clone()));
    assert_eq!(
        store.get_secret("credential/1").await.unwrap(),
        Some(sealed)
    );
    let mut dropping = line("a", "without", 4);
    dropping.context = dropping.context.attach(Attachment::DropSecret {
        record: "credential/1".to_owned(),
    });
    store.append(dropping).await.unwrap();
    assert_eq!(store.get_secret("credential/1").await.unwrap(), None);
    assert_eq!(store.put_blob(&bytes).await.unwrap(), hash);
}

async fn only_the_first_vault_key_is_taken(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    assert!(store.vault_keys().await.unwrap().is_empty());
    let keys = ["a", "b", "c", "d"].map(|key| [key.to_owned()]);
    let known =
        futures::future::join_all(keys.iter().map(|key| store.register_vault_keys(key))).await;
    let first = store.vault_keys().await.unwrap();
    assert_eq!(first.len(), 1, "one of them won: {first:?}");
    for known in known {
        assert_eq!(known.unwrap(), first, "everybody learns which");
    }
    let rotated = [first.first().unwrap().clone(), "new".to_owned()];
    assert_eq!(store.register_vault_keys(&rotated).await.unwrap().len(), 2);
}

async fn an_event_beyond_the_cap_is_refused(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let refused = store
        .append(line("a", &"x".repeat(64 * 1024), 1))
        .await
        .unwrap_err();
    assert!(
        matches!(
            refused,
            AppendError::Store(StoreError::EventTooLarge { limit: 65536, .. })
        ),
        "{refused:?}"
    );
    store
        .append(line("a", &"x".repeat(65_000), 2))
        .await
        .unwrap();
    let refused = store.append(line("a\0b", "x", 3)).await.unwrap_err();
    assert!(
        matches!(refused, AppendError::Store(StoreError::BadName { .. })),
        "{refused:?}"
    );
}

async fn refused_commands_do_not_disturb_their_neighbours(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let appends = (0..200_u64).map(|number| {
        let mut append = line(number % 7, "x", number);
        if number % 3 == 0 {
            append.expected = Expected::Version(1000);
        }
        store.append(append)
    });
    let answers = futures::future::join_all(appends).await;
    let mut positions: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().ok())
        .map(|appended| appended.first.0)
        .collect();
    positions.sort_unstable();
    let expected: Vec<_> = (1..=positions.len() as u64).collect();
    assert_eq!(
        positions, expected,
        "no position is lost to a refused command"
    );
    assert_eq!(
        positions.len(),
        (0..200).filter(|number| number % 3 != 0).count()
    );
    assert_eq!(assert_sound(&store).await, positions.len() as u64);
}

async fn a_lost_race_is_run_again(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let writers = (0..8_u64).map(|number| {
        let add = NoteCommand::AddLine(number.to_string());
        store.execute::<Note>("a", add, context(number))
    });
    for done in futures::future::join_all(writers).await {
        done.unwrap();
    }
    let note = store.load::<Note>("a").await.unwrap();
    let mut lines = note.state.lines;
    lines.sort();
    assert_eq!(lines, ["0", "1", "2", "3", "4", "5", "6", "7"]);
    assert_eq!(note.version, 8);
}
