"""What a student handed in: found and read, put in order, looked at for tricks.

handed_in and plain read files, desk and tidy put cells in their places, clean decides
and reports; notices and scan name what a submission tries, without an effect on points.
"""
