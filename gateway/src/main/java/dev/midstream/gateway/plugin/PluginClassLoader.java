package dev.midstream.gateway.plugin;

import dev.midstream.agent.AgentProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one plug-in. It finds, in this order: the agents' interface, which is the
 * program's; the plug-in's own classes; those of the JDK. It finds no other class of the program,
 * so a library of the plug-in may have any version.
 */
final class PluginClassLoader extends ClassLoader {
  private static final String API = AgentProvider.class.getPackageName() + ".";

  private final List<PluginArchive> archives;

  static {
    registerAsParallelCapable();
  }

  /**
   * @param archives the jars of the plug-in; the first one with a class or resource counts
   */
  PluginClassLoader(String name, List<PluginArchive> archives) {
    super(name, ClassLoader.getPlatformClassLoader());
    this.archives = List.copyOf(archives);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.startsWith(API)) {
      return Class.forName(name, false, AgentProvider.class.getClassLoader());
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      boolean isOwn = archiveWith(entryOf(name)) != null && !name.startsWith("java.");
      return isOwn ? findClass(name) : super.loadClass(name, resolve);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String entry = entryOf(name);
    PluginArchive archive = archiveWith(entry);
    byte[] octets = archive == null ? null : archive.entry(entry);
    if (archive == null || octets == null) {
      throw new ClassNotFoundException(name);
    }
    definePackageOf(name, archive);
    return defineClass(name, octets, 0, octets.length);
  }

  /** Its own resource, or one of the JDK. */
  @Override
  public @Nullable URL getResource(String name) {
    URL own = findResource(name);
    return own == null ? super.getResource(name) : own;
  }

  @Override
  protected @Nullable URL findResource(String name) {
    PluginArchive archive = archiveWith(name);
    return archive == null ? null : url(archive, name);
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    List<URL> urls = new ArrayList<>();
    for (PluginArchive archive : archives) {
      if (archive.entry(name) != null) {
        urls.add(url(archive, name));
      }
    }
    return Collections.enumeration(urls);
  }

  private void definePackageOf(String className, PluginArchive archive) {
    int end = Math.max(className.lastIndexOf('.'), 0);
    String name = className.substring(0, end);
    if (getDefinedPackage(name) == null) {
      try {
        definePackage(name, null, null, null, null, archive.version(), null, null);
      } catch (IllegalArgumentException _) {
        // Another thread has defined it.
      }
    }
  }

  private @Nullable PluginArchive archiveWith(String entry) {
    for (PluginArchive archive : archives) {
      if (archive.entry(entry) != null) {
        return archive;
      }
    }
    return null;
  }

  private static String entryOf(String className) {
    return className.replace('.', '/') + ".class";
  }

  private static URL url(PluginArchive archive, String entry) {
    byte[] octets = archive.entry(entry);
    try {
      URI uri = new URI("plugin", null, "/" + archive.file() + "!/" + entry, null);
      return URL.of(uri, new Memory(octets == null ? new byte[0] : octets));
    } catch (URISyntaxException | IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Opens octets in memory. */
  private static final class Memory extends URLStreamHandler {
    private final byte[] octets;

    Memory(byte[] octets) {
      this.octets = octets;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {
          // The octets are there.
        }

        @Override
        public InputStream getInputStream() {
          return new ByteArrayInputStream(octets);
        }
      };
    }
  }
}
