//! What the rig's test programs share.

use vigie_sim_rig::{Rig, RigConfig};

/// Runs a rig as long as `work` takes, which happens beside it.
pub fn beside<T: Send + 'static>(
    config: RigConfig,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let rig = Rig::open(config).unwrap();
        let (tell, told) = tokio::sync::oneshot::channel();
        let work = std::thread::spawn(move || {
            let done = work();
            let _ = tell.send(());
            done
        });
        rig.run(async {
            let _ = told.await;
        })
        .await;
        work.join().unwrap()
    })
}
