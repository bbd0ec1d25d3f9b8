//! Scratch.
#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::restriction)]
fn main() {
    let base = engine::rule::RuleBase::builtin().unwrap();
    let nonce = engine::collect::Nonce::new(42);
    let needs = engine::scan::needs(&base, &Default::default());
    let p = engine::collect::compile(
        &engine::collect::plan(&needs),
        &nonce,
        std::time::Duration::from_secs(500),
    );
    print!("{}", p.text);
}
