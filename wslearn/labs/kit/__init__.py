"""What every lab is made of: the bit grid, the sheet, the stage, the stepper, undo."""
