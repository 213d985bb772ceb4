/* What the templates of the theme ask of Alpine by name: the CSP build runs no other code of theirs. */
"use strict";

document.addEventListener("alpine:init", () => {
  const SIDEBAR = "assay.sidebar";
  const narrow = window.matchMedia("(max-width: 64rem)");

  Alpine.data("theme", () => ({
    openModal: false,
    filterOpen: false,
    openAllApplications: false,
  }));

  Alpine.data("frame", () => ({
    activeTab: "",
    sidebarMobileOpen: false,
    sidebarDesktopOpen: localStorage.getItem(SIDEBAR) !== "shut",
    init() {
      this.activeTab = location.hash.slice(1) || document.body.dataset.tab || "";
    },
    toggleSidebar() {
      if (narrow.matches) {
        this.sidebarMobileOpen = !this.sidebarMobileOpen;
        return;
      }
      this.sidebarDesktopOpen = !this.sidebarDesktopOpen;
      localStorage.setItem(SIDEBAR, this.sidebarDesktopOpen ? "open" : "shut");
    },
    get formAction() {
      const tab = this.activeTab && this.activeTab !== "general" ? `#${this.activeTab}` : "";
      return location.pathname + location.search + tab;
    },
  }));

  Alpine.data("searchForm", window.searchForm);
});

/* A menu made of <details> closes when another place is clicked, or by Escape. */
function shutMenus(except) {
  for (const menu of document.querySelectorAll(".as-side details[open], .as-sure[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}
document.addEventListener("click", (event) => shutMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") shutMenus(null);
});
