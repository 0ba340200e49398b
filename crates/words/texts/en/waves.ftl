## Waves: speed, gain, scale, freeze, calibration.

waves-erase-bar = waves: erase bar
waves-scroll = waves: scrolling
gain-auto = ECG: gain as each trace fits
ecg-gain = ECG { $gain }
grid-off = no grid
grid-square = grid: { $mm } mm is { $amounts }
setting-screen-speed-mm-s = Paper speed
    .help = 6.25, 12.5, 25 or 50 mm/s; breathing goes slower
setting-screen-gain-mm-mv = ECG gain
    .help = 1.25, 2.5, 5, 10, 20 or 40 mm/mV; empty: as each trace fits
setting-screen-sweep = Motion of waves
    .help = what is oldest is erased, or all moves to the left
setting-screen-grid = Grid
    .help = lines of millimetres under the waves
setting-screen-pixels-per-mm = Pixels in a millimetre
    .help = as measured with a ruler (key F6); empty: not to scale
choice-erase-bar = erase bar
choice-scroll = scrolling
action-speed = paper speed
action-gain = ECG gain
action-motion = erase bar or scrolling
action-grid = grid of millimetres
