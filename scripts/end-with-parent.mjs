// For `node --import`: ends what it is loaded into, in order, when the process that started it with a channel is gone, by
// whatever signal. Signals reach one process; the channel closes for all that it has started.
if (process.channel !== undefined) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}
