//! Pages cover a list: no row twice, none lost, in both directions.

use event_store::Engine;
use event_store::testing::TestDatabase;
use projections::read::{Cursor, HostFilter, HostOrder, Read, Window};

use crate::history::World;

crate::on_both_engines!(pages_cover_the_list_in_both_directions);

async fn pages_cover_the_list_in_both_directions(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    for number in 0..13 {
        world
            .register(&format!("host-{:02}", number * 7 % 13))
            .await;
    }
    world.settle().await;
    let read = Read::new(world.store.db().clone());
    for order in [HostOrder::Name, HostOrder::Score, HostOrder::Registered] {
        let filter = HostFilter {
            order,
            ..HostFilter::default()
        };
        let whole = read.page(&filter, &Window::first(100)).await.unwrap();
        let whole: Vec<_> = whole.rows.iter().map(|(_, row)| row.id).collect();
        assert_eq!(whole.len(), 13);
        for size in [1, 3, 5, 13] {
            let (mut forwards, mut after) = (Vec::new(), None);
            loop {
                let window = Window {
                    after: after.take(),
                    ..Window::first(size)
                };
                let page = read.page(&filter, &window).await.unwrap();
                forwards.extend(page.rows.iter().map(|(_, row)| row.id));
                if !page.has_next {
                    break;
                }
                // Through the text that clients hold.
                let text = page.rows.last().unwrap().0.to_text();
                after = Some(Cursor::from_text(&text).unwrap());
            }
            assert_eq!(forwards, whole, "forwards by {size}");
            let (mut backwards, mut before) = (Vec::new(), None);
            loop {
                let window = Window {
                    before: before.take(),
                    from_end: true,
                    ..Window::first(size)
                };
                let page = read.page(&filter, &window).await.unwrap();
                let mut ids: Vec<_> = page.rows.iter().map(|(_, row)| row.id).collect();
                ids.extend(backwards);
                backwards = ids;
                if !page.has_previous {
                    break;
                }
                before = Some(page.rows.first().unwrap().0.clone());
            }
            assert_eq!(backwards, whole, "backwards by {size}");
        }
    }
}
