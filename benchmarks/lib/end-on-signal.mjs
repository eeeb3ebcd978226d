// Lets a server end by itself at SIGTERM, so that Node writes the profile; loaded with --import.
process.once("SIGTERM", () => setTimeout(() => process.exit(0), 200));
