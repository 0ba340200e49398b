//! What a script does to a monitor.

use std::time::Duration;

use vigie_sim_device::{Destination, Device};
use vigie_sim_patient::script::DeviceAct;

use crate::desk::*;
use crate::recorded::hex;

fn numbers(desk: &mut Desk) -> Vec<PollBytes> {
    desk.take_results(1).iter().map(|bytes| poll(bytes)).collect()
}

#[test]
fn a_reboot_is_dark_and_begins_with_new_handles_and_a_new_clock() {
    let mut desk = Desk::associated();
    desk.say(&extended(1, 0x06, 0x0803, LONG));
    desk.wait(20_000);
    let before = numbers(&mut desk).pop().unwrap();
    desk.device(&DeviceAct::Reboot { dark: Duration::from_secs(20) });
    desk.say(&hex(KEEP_ALIVE));
    desk.say(&hex(REQUEST));
    desk.wait(20_000);
    assert!(desk.take().is_empty(), "dark");
    desk.wait(300);
    desk.associate();
    assert!(desk.monitor.has_client());
    desk.say(&extended(1, 0x06, 0x0803, LONG));
    desk.wait(2_100);
    let after = numbers(&mut desk).pop().unwrap();
    assert!(after.time < before.time && after.time.is_multiple_of(8_192), "{}", after.time);
    let handles = |poll: &PollBytes| poll.objects.iter().map(|o| o.1).collect::<Vec<_>>();
    assert!(handles(&after).iter().all(|handle| !handles(&before).contains(handle)));
    // The patient has lived on, and so has the wall clock.
    assert!(number(&after, 0x4182).unwrap().1 > 20.0);
    desk.say(&single(2, 0x21, 0x080A));
    desk.wait(1_100);
    let system = poll(&desk.take_results(2)[0]);
    let shown = &system.objects[0].2.iter().find(|a| a.0 == 0x0987).unwrap().1;
    assert_eq!(shown[..5], [0x20, 0x26, 0x01, 0x01, 0x12]);
    assert!(shown[6] >= 0x40, "{shown:02X?}");
}

#[test]
fn standby_stops_values_and_alarms_and_says_so() {
    let mut desk = Desk::associated();
    desk.say(&extended(1, 0x06, 0x0803, LONG));
    desk.say(&extended(2, 0x09, 0x0803, LONG));
    desk.say(&extended(3, 0x36, 0x0801, LONG));
    desk.wait(4_000);
    desk.device(&DeviceAct::Standby { on: true });
    desk.take();
    desk.wait(3_072);
    for heard in desk.take() {
        let poll = poll(&heard.bytes);
        match heard.bytes[9] {
            1 => assert!(poll.objects.iter().all(|object| object.2.is_empty())),
            2 => assert!(poll.objects.is_empty()),
            _ => assert_eq!(poll.objects[0].2[0].1[..2], [0x03, 0x00]),
        }
    }
    desk.say(&single(4, 0x21, 0x080A));
    desk.wait(1_100);
    assert_eq!(poll(&desk.take_results(4)[0]).objects[0].2[0], (0x0946, vec![0x20, 0x02]));
    desk.device(&DeviceAct::Standby { on: false });
    desk.take();
    desk.wait(2_048);
    assert!(number(&numbers(&mut desk)[0], 0x4182).is_some());
}

#[test]
fn clock_step_mute_abort_and_a_new_address() {
    let mut desk = Desk::associated();
    let hour = |desk: &mut Desk| {
        desk.wait(1_024);
        desk.take();
        desk.say(&single(4, 0x21, 0x080A));
        desk.wait(1_100);
        let system = poll(&desk.take_results(4)[0]);
        system.objects[0].2.iter().find(|a| a.0 == 0x0987).unwrap().1[4]
    };
    assert_eq!(hour(&mut desk), 0x12);
    desk.device(&DeviceAct::ClockStep { seconds: 3_600 });
    assert_eq!(hour(&mut desk), 0x13);

    desk.say(&extended(1, 0x06, 0x0803, LONG));
    desk.wait(3_000);
    desk.device(&DeviceAct::Mute { dark: Duration::from_secs(5) });
    desk.take();
    let sent = desk.sent.len();
    desk.wait(4_900);
    assert!(desk.take().is_empty() && desk.sent.len() == sent, "silent");
    desk.wait(2_000);
    assert!(!numbers(&mut desk).is_empty(), "and then it goes on");

    desk.device(&DeviceAct::Abort);
    let heard = desk.take();
    assert_eq!((&heard[0].bytes, heard[0].to), (&hex(ABORT), Destination::Client(client(40_000))));
    desk.associate();
    desk.device(&DeviceAct::Readdress);
    assert_eq!(desk.monitor.config().address.to_string(), "127.0.77.103:24105");
    assert!(!desk.monitor.has_client());
    assert!(desk.monitor.poll_timeout().is_some());
}
