use std::fmt;
// ANCHOR: here
fn main() {
    // ANCHOR_END: here
    let a = 1;
    // ANCHOR: here
}
// ANCHOR_END: here
