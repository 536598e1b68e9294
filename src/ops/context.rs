//! What every operation is given: environment, working directory, clients, reporter.
