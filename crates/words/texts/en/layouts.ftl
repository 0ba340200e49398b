## Layouts, pages, wall, bed map, windows.

layout-too-small = refused: { $tiles } on a page: digits { $height } mm high, { $least } mm are needed at { $distance } m
layout-too-many = refused: { $tiles } on a page: not all numbers have room
help-layout = + / -: more, fewer beds on a page; 0: as the distance wants it
help-wall = W: wall: numbers only, huge; again: the ward
setting-screen-wall = Begin with the wall
    .help = numbers only, huge, to be read from afar
