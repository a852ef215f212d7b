/**
 * The kernel's bridge in place of a port: {@link dev.midstream.wire.bridge.KernelBridge} joins two
 * interfaces while no program does.
 *
 * <p>Place on the path: none, because it exists only while no port does. It must never exist
 * together with a port on the same interfaces, or every frame passes twice.
 */
@NullMarked
package dev.midstream.wire.bridge;

import org.jspecify.annotations.NullMarked;
