## Layouts, pages, wall, bed map, windows.

layout-too-small = refused: { $tiles } on a page: digits { $height } mm high, { $least } mm are needed at { $distance } m
layout-too-many = refused: { $tiles } on a page: not all numbers have room
action-wall = wall: numbers only, huge
setting-screen-wall = Begin with the wall
    .help = numbers only, huge, to be read from afar
