import { defineConfig } from "vite";

// The server sends its own headers and serves every file under one name, so nothing here may end up inline in the HTML.
export default defineConfig({
  build: {
    outDir: "../src/merestone/web/page",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: true,
  },
  worker: { format: "es" },
  server: { proxy: { "/api": "http://127.0.0.1:8737" } },
});
