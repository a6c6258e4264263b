"""Labels by the thousand: a table becomes a job, a job becomes chunks, each chunk is done once."""
