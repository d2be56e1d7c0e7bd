// What a disk, or the C library between, could do to SQLite's write-ahead log: libraries to preload, for negative controls.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { system } from './support.mjs';

const IS_LOG = `#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
static int is_log(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path);
  return length > 4 && memcmp(path + length - 4, "-wal", 4) == 0;
}
`;

/** Syncs of the log pass for done, as with synchronous=NORMAL. → what to add to the environment */
export const withoutSync = (folder) => preload(folder, 'unsynced', `
int fdatasync(int fd) { return is_log(fd) ? 0 : ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd); }
int fsync(int fd) { return is_log(fd) ? 0 : ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd); }
`);

/** What finds no room in the log passes for written. → what to add to the environment */
export const withoutRoomUnnoticed = (folder) => preload(folder, 'unwritten', `
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  ssize_t written = ((ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64"))(fd, bytes, count, at);
  return written < 0 && errno == ENOSPC && is_log(fd) ? (ssize_t)count : written;
}
`);

function preload(folder, name, functions) {
  const [source, library] = [join(folder, `${name}.c`), join(folder, `${name}.so`)];
  writeFileSync(source, IS_LOG + functions);
  system('cc', '-shared', '-fPIC', '-o', library, source, '-ldl');
  return { LD_PRELOAD: library };
}
