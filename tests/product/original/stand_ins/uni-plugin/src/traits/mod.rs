#[path = "../../../../released/uni-plugin/src/traits/background.rs"]
pub mod background;
