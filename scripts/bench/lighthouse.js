// One Lighthouse run of a page as somebody signed in: the report as JSON on standard output.
// Cookies go into the browser and not into a header, so that the service worker's requests
// carry them too. Arguments come as JSON: {url, chromium, flags, cookies, categories}.
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const { url, chromium, flags, cookies, categories } = JSON.parse(process.argv[2]);
const browser = await puppeteer.launch({ executablePath: chromium, args: flags, headless: true });
try {
  const page = await browser.newPage();
  await page.setCookie(...cookies.map(([name, value]) => ({ name, value, url, path: "/", secure: true })));
  const options = { logLevel: "silent", output: "json", onlyCategories: categories };
  const { report } = await lighthouse(url, options, undefined, page);
  process.stdout.write(report);
} finally {
  await browser.close();
}
