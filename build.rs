//! Embedded migrations: without this line cargo does not notice a new file among them.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
