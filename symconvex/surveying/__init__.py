"""Many problems, one entry each: read, hand out to an executor, collect.

lines     a line of a survey becomes a task, or says what is wrong with it
task      one task becomes one entry, whatever happens; this is what a worker runs
crews     processes of this machine, a cluster, or any concurrent.futures.Executor
book      the entries that are there already
"""
