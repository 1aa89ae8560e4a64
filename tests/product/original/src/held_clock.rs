//! The wall clock of this process, held through the library of `tests/product/held_clock.c` if it is preloaded.

use std::ffi::c_longlong;
use std::mem::transmute;
use std::time::{SystemTime, UNIX_EPOCH};

const NOT_HELD: c_longlong = -1;

/// Holds the clock at an instant or lets it go; None where the library is not preloaded.
pub fn find() -> Option<impl Fn(Option<SystemTime>) -> Result<(), String> + Send + Sync> {
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"hold_wall_clock".as_ptr()) };
    if found.is_null() {
        return None;
    }
    // The library declares it so.
    let hold = unsafe { transmute::<*mut libc::c_void, extern "C" fn(c_longlong)>(found) };
    Some(move |now: Option<SystemTime>| {
        hold(now.map_or(Ok(NOT_HELD), nanos_since_epoch)?);
        Ok(())
    })
}

fn nanos_since_epoch(now: SystemTime) -> Result<c_longlong, String> {
    let since = now
        .duration_since(UNIX_EPOCH)
        .map_err(|_| "before the epoch")?;
    let nanos = c_longlong::try_from(since.as_nanos());
    Ok(nanos.map_err(|_| "later than the held clock can tell")?)
}
