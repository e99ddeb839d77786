//! Design: from a product slate to batteries, checked by the rigorous solution.

pub mod order;
pub mod proxy;
