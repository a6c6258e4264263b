"""The flows as their users walk them, through the command line and HTTP.

What each holds of the whole loop (the rest is held where its module is tested):
1 two commands              test_demo
2 what a county has         test_issuing, test_demo (the whole sample)
3 credential core           test_verifying, test_keys
4 issuing                   test_issuing
5 registry                  test_crash, test_postgresql, test_status
6 keys                      test_keys, test_secrets
7 verifying                 test_verifying, test_unavailable
8 scanning                  test_status, test_grades, tests/browser/test_printed_symbol
9 habits                    tests/test_repository
"""
