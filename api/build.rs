//! The web UI is embedded from `frontend/dist`. A build without it must find the folder, even empty.

fn main() -> std::io::Result<()> {
    std::fs::create_dir_all("../frontend/dist")?;
    println!("cargo::rerun-if-changed=../frontend/dist");
    Ok(())
}
