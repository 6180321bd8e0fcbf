// What htmx cannot tell by itself: a session that ended, a server that does not answer, a request it refused.
import { showToast } from "./toasts.js";

export function waiting() {
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    // A session that ended answers a fragment with the sign-in page; the whole page must go there.
    if (event.detail.xhr.status === 401 || isSignIn(event.detail.xhr.responseURL)) {
      event.preventDefault();
      location.reload();
    }
  });
  document.body.addEventListener("htmx:sendError", () => showToast("toast-unreachable"));
  document.body.addEventListener("htmx:timeout", () => showToast("toast-unreachable"));
  document.body.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status !== 401) showToast(status >= 500 ? "toast-unreachable" : "toast-refused");
  });
}

export const isSignIn = (address) => Boolean(address) && new URL(address, location.href).pathname.startsWith("/accounts/login");
