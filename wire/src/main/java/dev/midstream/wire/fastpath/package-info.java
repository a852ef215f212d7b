/**
 * The kernel forwards settled connections by itself: its program and table.
 *
 * <p>{@link dev.midstream.wire.fastpath.FastPathProgram} loads the program of {@code
 * src/main/bpf/fastpath.c}; {@link dev.midstream.wire.fastpath.FlowTable} holds the connections.
 */
@NullMarked
package dev.midstream.wire.fastpath;

import org.jspecify.annotations.NullMarked;
