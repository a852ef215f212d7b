/**
 * The kernel's own bridge in the place of a port: {@link dev.midstream.wire.bridge.KernelBridge}
 * joins two interfaces while no program does.
 *
 * <p>Place on the path: none; it is there when nothing else is. It must not be there together with
 * a port of the same interfaces, or every frame passes twice.
 */
@NullMarked
package dev.midstream.wire.bridge;

import org.jspecify.annotations.NullMarked;
