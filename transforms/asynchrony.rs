//! What the transforms of coroutines share: which framework drives a function, what a call gives to whoever waits for
//! it, and where a function is used.

pub mod context;
pub mod framework;
pub mod mentions;
pub mod operands;
