/**
 * The kernel's fast path of a running node.
 *
 * <p>{@link dev.midstream.gateway.fastpath.NodeFastPath} loads and attaches the kernel's program;
 * each worker has a {@link dev.midstream.gateway.fastpath.WorkerFastPath}.
 */
@NullMarked
package dev.midstream.gateway.fastpath;

import org.jspecify.annotations.NullMarked;
