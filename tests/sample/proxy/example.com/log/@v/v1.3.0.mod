module example.com/log

go 1.24.0

require example.com/color v0.5.0

// Loses lines when the disk is full.
retract v1.2.0
