// What the pages gain with JavaScript. Without it every form posts and every link opens.
import { choosing } from "./choosing.js";
import { dialogs } from "./dialogs.js";
import { drafts } from "./drafts.js";
import { keys } from "./keys.js";
import { rows } from "./rows.js";
import { themeChoice } from "./theme-choice.js";
import { toasts } from "./toasts.js";
import { waiting } from "./waiting.js";

themeChoice();
toasts();
rows();
choosing();
keys();
waiting();
drafts();
dialogs();
