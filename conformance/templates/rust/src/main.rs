//! A conformant scheduler persistence backend, and the adapter that shows it to the kit.
//!
//! Replace `backend`; keep `adapter` and `interface`.

mod adapter;
mod backend;
mod interface;

fn main() -> std::io::Result<()> {
    adapter::serve(|data_path, clock| Ok(Box::new(backend::Sidecar::new(data_path, clock)?)))
}
