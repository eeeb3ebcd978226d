// Loaded into a process before its own code (--import): answers over the channel how that process is.
import { answering, leaveWithParent, loopDelay, processState } from "../inspection.mjs";

answering({ state: processState, ...loopDelay(5) });
leaveWithParent();
