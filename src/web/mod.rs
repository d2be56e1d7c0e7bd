pub mod assets;
pub mod view;
pub mod words;
