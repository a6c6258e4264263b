"""Commands of the zhengxin program, one module a group."""
