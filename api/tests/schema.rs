//! The committed schema is the one that is served.

#[test]
fn the_committed_schema_is_fresh() {
    assert_eq!(
        include_str!("../../schema.graphql"),
        api::sdl(),
        "write it anew with `make generate`"
    );
}

/// Clients read the schema instead of a manual, so everything in it says what it is.
#[test]
fn every_type_and_field_has_a_description() {
    let sdl = api::sdl();
    let mut undescribed = Vec::new();
    let mut described = false;
    let mut within_text = false;
    for line in sdl.lines().map(str::trim) {
        if line.starts_with("\"\"\"") {
            let one_line = line.len() > 3 && line.ends_with("\"\"\"");
            within_text = !(within_text || one_line);
            described = true;
        } else if within_text || line.is_empty() || line == "}" || line.starts_with(')') {
            // Neither begins something.
        } else {
            // Connections come from the library, which gives them no description.
            let connection = line.starts_with("type ") && line.ends_with("Connection {");
            let machinery = [
                "directive ",
                "schema {",
                "query:",
                "mutation:",
                "subscription:",
            ];
            if !described && !connection && !machinery.iter().any(|word| line.starts_with(word)) {
                undescribed.push(line.to_owned());
            }
            described = false;
        }
    }
    assert!(undescribed.is_empty(), "{undescribed:#?}");
}
