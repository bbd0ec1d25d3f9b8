//! Builds the crate anew when a rule file is added: the rules are embedded at compile time.

fn main() {
    println!("cargo::rerun-if-changed=../rules");
}
