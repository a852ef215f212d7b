/**
 * What a running node tells on request: JSON over HTTP, for this host alone, nothing but reading.
 * It looks at engines on their own threads, in short steps. Knows no command line.
 */
@NullMarked
package dev.midstream.gateway.admin;

import org.jspecify.annotations.NullMarked;
