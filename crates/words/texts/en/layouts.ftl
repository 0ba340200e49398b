## Layouts, pages, wall, bed map, windows.

layout-too-small = refused: { $tiles } on a page: digits { $height } mm high, { $least } mm are needed at { $distance } m
layout-too-many = refused: { $tiles } on a page: not all numbers have room
action-wall = wall: numbers only, huge
setting-screen-wall = Begin with the wall
    .help = numbers only, huge, to be read from afar
setting-screen-kiosk = Fill the screen for good
    .help = no frame, nothing beside the window; from the next start on
closing-title = Close this window?
closing-text = When the last window is closed, this station stops: the bedside monitors must then be watched at the bed, and nothing is recorded.
closing-stay = Stay
closing-close = Close the window
window-no-guard = This window has no guard that could open another one: start one with vigie window
windows-full = No further window: four are open. Close one first
action-window = another window, for another screen
action-full-screen = full screen and back
map-title = bed map
map-edit = Edit
map-done = Done
map-find = find: bed, name, number
map-none = nobody is found
map-how = arrow keys or the mouse move a bed
action-map = where beds lie
action-find = find a patient

## Further windows in set-up.

setup-window = Further window { $number }
setup-window-add = Add a further window
setup-windows-how = Further windows open with the first one, at the next start. The key N opens one now.
setting-window-page = First page
    .help = without it the one after the window before
setting-window-screen = Screen
    .help = counted from 0; without it the one after the window before
setting-window-wall = Wall
    .help = without it as in the first window
setting-window-full-screen = Fill the screen
    .help = from the start on
