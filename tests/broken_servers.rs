//! The broken servers that other tests use are themselves tested here.

#[cfg(test)]
mod broken;
