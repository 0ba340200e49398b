//! The texts that have nothing to fill in.

macro_rules! text_keys {
    ($($variant:ident = $key:literal,)*) => {
        /// A text that has nothing to fill in. What it says in English stands in `texts/en.ftl`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TextKey {
            $(#[doc = concat!("`", $key, "`")] $variant,)*
        }

        impl TextKey {
            /// All of them.
            pub const ALL: &[TextKey] = &[$(TextKey::$variant),*];

            /// Its name in the files of texts.
            pub const fn id(self) -> &'static str {
                match self {
                    $(TextKey::$variant => $key,)*
                }
            }
        }
    };
}

text_keys! {
    // Mode of the station, as written on every tile.
    ModeLive = "mode-live",
    ModeReplay = "mode-replay",
    ModeSimulation = "mode-simulation",
    ModeDrill = "mode-drill",
    // What a device is doing, and where its values come from.
    Demo = "demo",
    Test = "test",
    Service = "service",
    Standby = "standby",
    NormalOperation = "normal-operation",
    // Freshness.
    StateLive = "state-live",
    StateLate = "state-late",
    StateStale = "state-stale",
    StateLost = "state-lost",
    NoData = "no-data",
    StaleValue = "stale-value",
    ConnectionLost = "connection-lost",
    LineClosed = "line-closed",
    NothingHeard = "nothing-heard",
    Dashes = "dashes",
    InputPaused = "input-paused",
    RecordingEnded = "recording-ended",
    StationStopped = "station-stopped",
    // What the station says of itself.
    WaitingForStation = "waiting-for-station",
    GuardSilent = "guard-silent",
    WindowSilent = "window-silent",
    ConfigRefused = "config-refused",
    DataDropped = "data-dropped",
    // Why the PC is not isolated.
    NameServerSet = "name-server-set",
    IpForwarding = "ip-forwarding",
    IsolationUnknown = "isolation-unknown",
    // The record and its copies.
    RecordStoppedFull = "record-stopped-full",
    RecordStoppedBroken = "record-stopped-broken",
    RecordBehind = "record-behind",
    NoCopyYet = "no-copy-yet",
    NoPassphrase = "no-passphrase",
    Record = "record",
    RecordRunning = "record-running",
    CopiesTitle = "copies-title",
    CopyNow = "copy-now",
    CopyAsked = "copy-asked",
    CopyRunning = "copy-running",
    CopyFailed = "copy-failed",
    CopyNoPlace = "copy-no-place",
    TrendTitle = "trend-title",
    TrendLoading = "trend-loading",
    TrendNoRecord = "trend-no-record",
    TrendLocked = "trend-locked",
    TrendUnreadable = "trend-unreadable",
    TrendNoValues = "trend-no-values",
    // Waves.
    NoScale = "no-scale",
    OwnRange = "own-range",
    AutoScale = "auto-scale",
    NotToScale = "not-to-scale",
    FilterUnknown = "filter-unknown",
    NoWave = "no-wave",
    // Patient.
    Patient = "patient",
    NoPatient = "no-patient",
    Adult = "adult",
    Child = "child",
    Newborn = "newborn",
    CategoryUnknown = "category-unknown",
    Paced = "paced",
    // Alarms.
    Alarm = "alarm",
    AlarmLimit = "alarm-limit",
    AboveLimit = "above-limit",
    BelowLimit = "below-limit",
    NoAlarms = "no-alarms",
    AlarmsUnknown = "alarms-unknown",
    PriorityHigh = "priority-high",
    PriorityMedium = "priority-medium",
    PriorityLow = "priority-low",
    PriorityInformation = "priority-information",
    PhysiologicalAlarm = "physiological-alarm",
    TechnicalAlarm = "technical-alarm",
    StationAlarm = "station-alarm",
    SilencedAtBedside = "silenced-at-bedside",
    AudioPaused = "audio-paused",
    AlarmOff = "alarm-off",
    Latched = "latched",
    NotConfirmed = "not-confirmed",
    // Why there is no number, or how far to believe it.
    Valid = "validity-valid",
    Validated = "validity-validated",
    Measuring = "validity-measuring",
    Questionable = "validity-questionable",
    Calibrating = "validity-calibrating",
    InvalidValue = "validity-invalid",
    OverRange = "validity-overflow",
    UnderRange = "validity-underflow",
    NoValue = "validity-not-available",
    SensorOff = "sensor-off",
    LeadsOff = "leads-off",
    WeakSignal = "weak-signal",
    // Places and things.
    Bed = "bed",
    Room = "room",
    Ward = "ward",
    Unit = "unit",
    Device = "device",
    UnassignedDevices = "unassigned-devices",
    NoDevice = "no-device",
    Numbers = "numbers",
    Waveforms = "waveforms",
    Alarms = "alarms",
    Limits = "limits",
    UnusedData = "unused-data",
    // What this program is and is not.
    SecondaryDisplay = "secondary-display",
    WatchTheBedside = "watch-the-bedside",
    NotCertified = "not-certified",
    Disclaimer = "disclaimer",
    // Keyboard.
    HelpTitle = "help-title",
    HelpArrows = "help-arrows",
    HelpFirst = "help-first",
    HelpEnter = "help-enter",
    HelpEscape = "help-escape",
    HelpLanguage = "help-language",
    HelpCopies = "help-copies",
    HelpHelp = "help-help",
    HelpQuit = "help-quit",
    Language = "language",
    Back = "back",
    Close = "close",
    // Terminal.
    NoDisplay = "no-display",
    HeadlessHint = "headless-hint",
    ColumnBed = "column-bed",
    ColumnParameter = "column-parameter",
    ColumnValue = "column-value",
    ColumnUnit = "column-unit",
    ColumnAge = "column-age",
    ColumnState = "column-state",
    ColumnAlarm = "column-alarm",
    ColumnPriority = "column-priority",
    ColumnTime = "column-time",
    ColumnDevice = "column-device",
    ColumnWave = "column-wave",
    ColumnRate = "column-rate",
    // Guard.
    BothSilent = "both-silent",
    StationStartsAgain = "station-starts-again",
    WindowStartsAgain = "window-starts-again",
    StationEnded = "station-ended",
    WindowEnded = "window-ended",
    Attached = "attached",
    WindowCannotOpen = "window-cannot-open",
    // Recovery sheet.
    SheetTitle = "sheet-title",
    SheetKey = "sheet-key",
    SheetSigner = "sheet-signer",
    SheetUseSafe = "sheet-use-safe",
    SheetUseType = "sheet-use-type",
    SheetUseOpen = "sheet-use-open",
    SheetUseLetters = "sheet-use-letters",
}
