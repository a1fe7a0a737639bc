// Quick exit: this page's history entry becomes the neutral page. A plain link without this.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".js-quick-exit");
  if (!link) return;
  event.preventDefault();
  document.body.hidden = true;
  location.replace(link.href);
});
