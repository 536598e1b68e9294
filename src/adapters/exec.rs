//! Other programs: started with a clean environment, bounded output, and errors that name the command.
