//! Philips IntelliVue Data Export: wire format, meaning, session.

pub mod map;
pub mod session;
pub mod wire;

pub use session::IntellivueFactory;
